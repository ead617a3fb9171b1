# For trying things out: cheap, one NAT, no standby; may be destroyed.

module "platform" {
  source = "../../modules/platform"

  environment = "dev"

  domain_name       = var.domain_name
  zone_id           = var.zone_id
  image_digest      = var.image_digest
  source_repository = var.source_repository
  alarm_emails      = var.alarm_emails
  origins           = var.origins
  tokens            = var.tokens
  settings          = var.settings
  ingress_sources   = var.ingress_sources

  scraper_security_group_ids = var.scraper_security_group_ids

  availability_zones  = ["eu-central-1a", "eu-central-1b"]
  nat                 = "single"
  interface_endpoints = []

  database = {
    instance_class      = "db.t4g.medium"
    storage_gib         = 20
    storage_limit_gib   = 100
    max_connections     = 150
    multi_az            = false
    deletion_protection = false
    backup_days         = 3
  }

  tasks = {
    min                  = 1
    max                  = 2
    cpu                  = 512
    memory_mib           = 1024
    connections_per_task = 2000
    spot                 = true
  }

  edge_deletion_protection = false
  monthly_budget_usd       = 250
  log_retention_days       = 7
}
