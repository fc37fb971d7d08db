resource "kubectl_manifest" "one" {
  override_namespace = "shop"
  yaml_body          = file("${path.module}/one/netpol.yaml")
}

resource "kubectl_manifest" "two" {
  for_each           = fileset("${path.module}/../two", "*.yaml")
  override_namespace = kubernetes_namespace.shop.metadata[0].name
  yaml_body          = templatefile("${path.module}/../two/${each.value}", {})
}

resource "kubectl_manifest" "three" {
  for_each           = data.kubectl_path_documents.three.manifests
  override_namespace = "shop"
  yaml_body          = each.value
}

resource "kubectl_manifest" "four" {
  yaml_body          = local.four
  override_namespace = "shop"
}

resource "kubernetes_manifest" "five" {
  manifest = merge(yamldecode(file("five/netpol.yaml")), { metadata = { name = "five", namespace = var.shop } })
}

# It says nothing about the namespace.
resource "kubernetes_manifest" "six" {
  manifest = yamldecode(file("${path.module}/six/netpol.yaml"))
}
