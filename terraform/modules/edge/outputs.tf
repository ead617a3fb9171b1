output "security_group_id" {
  description = "The balancer's group, which the nodes let in."
  value       = aws_security_group.balancer.id
}

output "target_group_arn" {
  description = "Where the service registers its tasks; known once listeners lead there."
  value       = aws_lb_target_group.nodes.arn
  depends_on  = [aws_lb_listener.https]
}

output "balancer_dimension" {
  description = "The balancer in CloudWatch's words."
  value       = aws_lb.this.arn_suffix
}

output "target_group_dimension" {
  description = "The target group in CloudWatch's words."
  value       = aws_lb_target_group.nodes.arn_suffix
}

output "firewall_name" {
  description = "The firewall in CloudWatch's words."
  value       = aws_wafv2_web_acl.this.name
}

output "origin" {
  description = "What a browser calls us."
  value       = "https://${var.domain_name}"
}
