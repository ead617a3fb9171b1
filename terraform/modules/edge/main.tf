# What stands between browsers and nodes: name, certificate, load balancer, target group.

resource "aws_security_group" "balancer" {
  name        = "${var.name}-edge"
  description = "Load balancer of ${var.name}: in from everywhere, out to its nodes"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-edge" }
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  for_each = { http = 80, https = 443 }

  security_group_id = aws_security_group.balancer.id
  description       = each.key == "http" ? "Plain HTTP, redirected" : "Browsers"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_lb" "this" {
  name               = var.name
  load_balancer_type = "application"
  internal           = false
  subnets            = var.subnet_ids
  security_groups    = [aws_security_group.balancer.id]

  idle_timeout               = var.idle_timeout_seconds
  enable_deletion_protection = var.deletion_protection
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "defensive"
  # Nodes take the client's address from the last entry, which is ours.
  xff_header_processing_mode = "append"
  enable_zonal_shift         = true

  # Not access_logs: they hold whole addresses, and kiosks may send `?token=` in theirs.
  connection_logs {
    bucket  = aws_s3_bucket.logs.bucket
    enabled = true
  }

  tags = { Name = var.name }

  depends_on = [aws_s3_bucket_policy.logs]
}

resource "aws_lb_target_group" "nodes" {
  name_prefix      = "carill"
  vpc_id           = var.vpc_id
  target_type      = "ip"
  port             = var.container_port
  protocol         = "HTTP"
  protocol_version = "HTTP1"

  # A connection is one request that stays outstanding: this is "fewest connections".
  load_balancing_algorithm_type = "least_outstanding_requests"
  deregistration_delay          = var.deregistration_delay_seconds

  # Every node answers every client; a cookie would only fill the old nodes and spare the new ones.
  stickiness {
    enabled = false
    type    = "lb_cookie"
  }

  # ECS replaces a task whose checks fail, and readiness fails on every node at once while Postgres is away: 200 s outlast
  # a failover. Nobody waits for them: ECS takes a going task out before it stops it, and the container's own check ends a
  # task that hangs.
  health_check {
    path                = var.readiness_path
    protocol            = "HTTP"
    matcher             = "200"
    interval            = 20
    timeout             = 4
    healthy_threshold   = 2
    unhealthy_threshold = 10
  }

  # Should Postgres be away for longer, all nodes are out at once, and all connections live on: the balancer
  # must go on handing them what comes.
  target_group_health {
    unhealthy_state_routing {
      minimum_healthy_targets_count = 1
    }
  }

  tags = { Name = var.name }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.this.certificate_arn

  routing_http_response_server_enabled                         = false
  routing_http_response_strict_transport_security_header_value = "max-age=31536000; includeSubDomains"
  routing_http_response_x_content_type_options_header_value    = "nosniff"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.nodes.arn
  }
}

resource "aws_lb_listener_rule" "closed" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 1

  condition {
    path_pattern {
      values = var.closed_paths
    }
  }

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "Not found"
      status_code  = "404"
    }
  }
}

# ---- name and certificate

resource "aws_acm_certificate" "this" {
  domain_name       = var.domain_name
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "proof" {
  zone_id         = var.zone_id
  name            = one(aws_acm_certificate.this.domain_validation_options).resource_record_name
  type            = one(aws_acm_certificate.this.domain_validation_options).resource_record_type
  records         = [one(aws_acm_certificate.this.domain_validation_options).resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = [aws_route53_record.proof.fqdn]
}

resource "aws_route53_record" "this" {
  zone_id = var.zone_id
  name    = var.domain_name
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}
