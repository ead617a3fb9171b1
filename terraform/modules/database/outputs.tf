output "address" {
  description = "Host name of the writer; follows a failover."
  value       = aws_db_instance.this.address
}

output "url" {
  description = "What CARILLON_DATABASE_URL says: the writer itself, with TLS."
  value       = "postgresql://${aws_db_instance.this.address}:5432/${aws_db_instance.this.db_name}?sslmode=require"
}

output "identifier" {
  description = "The instance's name, for metrics."
  value       = aws_db_instance.this.identifier
}

output "resource_id" {
  description = "The instance's immutable id, which IAM logins are granted on."
  value       = aws_db_instance.this.resource_id
}

output "archive_bucket" {
  description = "Name of the archive's bucket."
  value       = aws_s3_bucket.archive.bucket
}

output "archive_bucket_arn" {
  description = "ARN of the archive's bucket."
  value       = aws_s3_bucket.archive.arn
}

output "storage_gib" {
  description = "Storage at the start, for the alarm's threshold."
  value       = var.storage_gib
}

output "max_connections" {
  description = "What Postgres allows, for the alarm's threshold."
  value       = var.max_connections
}
