// Package institution answers an integrator's first calls: what installation is this, who am I here, which codes are records classified by,
// and which personal information is there (机构信息、我的权限、代码表与个人信息清单).
package institution
