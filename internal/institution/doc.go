// Package institution answers an integrator's first calls: what installation is this, who am I here, and which codes are records classified by
// (机构信息、我的权限与代码表).
package institution
