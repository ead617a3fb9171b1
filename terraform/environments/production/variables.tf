variable "domain_name" {
  description = "Host name that browsers connect to, such as live.example.com."
  type        = string
}

variable "zone_id" {
  description = "Route 53 zone of domain_name."
  type        = string
}

variable "image_digest" {
  description = "Digest of the image that was pushed: sha256:…"
  type        = string

  validation {
    condition     = can(regex("^sha256:[0-9a-f]{64}$", var.image_digest))
    error_message = "image_digest is sha256: and 64 hexadecimal digits."
  }
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

variable "settings" {
  description = "Further settings of a node by variable, CARILLON_…; see module service."
  type        = map(string)
  default     = {}
}

variable "scraper_security_group_ids" {
  description = "Groups of whatever reads the nodes' /prometheus."
  type        = list(string)
  default     = []
}

variable "ingress_sources" {
  description = "EventBridge rules and SNS FIFO topics that may put events into the queue; null for no queue."
  type        = list(string)
  default     = null
}
