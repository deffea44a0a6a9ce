// Package institution answers an integrator's first two calls: what installation is this, and who am I here (机构信息与我的权限).
package institution
