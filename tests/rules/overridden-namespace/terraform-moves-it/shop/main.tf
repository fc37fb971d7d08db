resource "kubectl_manifest" "shop" {
  for_each           = fileset(path.module, "*.yaml")
  override_namespace = "shop"
  yaml_body          = file("${path.module}/${each.value}")
}
