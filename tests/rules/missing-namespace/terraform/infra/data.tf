data "kubectl_path_documents" "three" {
  pattern = "./three/*.yaml"
}

data "kubectl_path_documents" "spare" {
  pattern = "./spare/*.yaml"
}

locals {
  four  = file("${path.module}/four/netpol.yaml")
  spare = file("${path.module}/spare/netpol.yaml")
}
