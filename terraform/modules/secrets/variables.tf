variable "name" {
  description = "Prefix of every resource's name, such as carillon-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "secrets" {
  description = "Secrets to make, by the last part of their names, each with what it holds. Terraform makes the place only: the value is put in by hand or by a rotation and never comes into the state."
  type        = map(string)
  default = {
    token-keys     = "Keys that clients' tokens are verified with: {\"secret\": …} or {\"publicKey\": …}, while rotating also {\"previous\": {…}}"
    database-login = "The working login where IAM logins are not used: {\"username\": …, \"password\": …}"
    owner-login    = "The migrating login, likewise"
    metrics-key    = "What a scraper of /prometheus sends, plain text"
    peer-key       = "What nodes prove to each other that they are nodes with, plain text"
  }

  validation {
    condition     = alltrue([for name, _ in var.secrets : can(regex("^[a-z][a-z0-9-]*$", name))])
    error_message = "A secret's name is lower-case letters, digits and hyphens."
  }
}

variable "deletion_window_days" {
  description = "For how long a deleted secret or key can be brought back, in days."
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30
    error_message = "deletion_window_days is 7 to 30: AWS keeps deleted keys no longer, and nothing here is deleted at once."
  }
}
