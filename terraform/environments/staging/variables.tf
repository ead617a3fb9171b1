variable "domain_name" {
  description = "Host name that browsers connect to, such as live.example.com."
  type        = string
}

variable "zone_id" {
  description = "Route 53 zone of domain_name."
  type        = string
}

variable "image_digest" {
  description = "Digest of the image that infra/image pushed: sha256:…"
  type        = string
}

variable "source_repository" {
  description = "Source repository, owner/name, whose jobs deploy."
  type        = string
}

variable "alarm_emails" {
  description = "Who hears alarms and of the budget."
  type        = list(string)
}

variable "origins" {
  description = "Pages that may talk to nodes besides our own: exact origins."
  type        = list(string)
  default     = []
}

variable "tokens" {
  description = "Who issues tokens: address of the keys (null: secret token-keys), iss and aud."
  type = object({
    jwks_url = optional(string)
    issuer   = optional(string)
    audience = optional(string)
  })
  default = {}
}

variable "ingress_sources" {
  description = "EventBridge rules and SNS FIFO topics that may put events into the queue; null for no queue."
  type        = list(string)
  default     = null
}
