mock_provider "aws" {
  mock_resource "aws_acm_certificate" {
    defaults = {
      domain_validation_options = [{
        domain_name           = "live.example.com"
        resource_record_name  = "_proof.live.example.com"
        resource_record_type  = "CNAME"
        resource_record_value = "_proof.acm.example"
      }]
    }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
}

variables {
  name        = "carillon-test"
  environment = "production"
  vpc_id      = "vpc-1"
  subnet_ids  = ["subnet-1", "subnet-2"]
  domain_name = "live.example.com"
  zone_id     = "Z1"
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/test"
}

run "quiet_connections_are_kept" {
  command = apply

  assert {
    condition     = aws_lb.this.idle_timeout == 120 && aws_lb.this.idle_timeout > 2 * var.ping_interval_seconds
    error_message = "the balancer is more patient than two pings"
  }
}

run "idle_timeout_of_two_pings_is_refused" {
  command = plan

  variables {
    ping_interval_seconds = 60
    idle_timeout_seconds  = 120
  }

  expect_failures = [var.idle_timeout_seconds]
}

run "poll_as_long_as_the_timeout_is_refused" {
  command = plan

  variables {
    poll_wait_seconds     = 60
    ping_interval_seconds = 25
    idle_timeout_seconds  = 60
  }

  expect_failures = [var.idle_timeout_seconds]
}

run "going_nodes_have_time" {
  command = apply

  assert {
    condition     = tonumber(aws_lb_target_group.nodes.deregistration_delay) >= var.drain_deadline_seconds + 15
    error_message = "the balancer cuts nobody whom the node still sends away"
  }
}

run "short_deregistration_is_refused" {
  command = plan

  variables {
    drain_deadline_seconds       = 60
    deregistration_delay_seconds = 60
  }

  expect_failures = [var.deregistration_delay_seconds]
}

run "connections_spread" {
  command = apply

  assert {
    condition     = aws_lb_target_group.nodes.load_balancing_algorithm_type == "least_outstanding_requests"
    error_message = "the node with the fewest connections gets the next"
  }

  assert {
    condition     = one(aws_lb_target_group.nodes.stickiness).enabled == false
    error_message = "no stickiness"
  }
}

run "readiness_decides" {
  command = apply

  assert {
    condition     = one(aws_lb_target_group.nodes.health_check).path == "/health/readiness" && one(aws_lb_target_group.nodes.health_check).matcher == "200"
    error_message = "the balancer asks for readiness"
  }
}

run "a_failover_replaces_nobody" {
  command = apply

  assert {
    condition     = one(aws_lb_target_group.nodes.health_check).interval * one(aws_lb_target_group.nodes.health_check).unhealthy_threshold >= 180
    error_message = "ECS replaces unhealthy tasks: checks fail for longer than a failover takes"
  }
}

run "only_tls" {
  command = apply

  assert {
    condition     = one(aws_lb_listener.http.default_action).type == "redirect" && one(one(aws_lb_listener.http.default_action).redirect).protocol == "HTTPS"
    error_message = "plain HTTP is redirected"
  }

  assert {
    condition     = aws_lb_listener.https.protocol == "HTTPS" && startswith(aws_lb_listener.https.ssl_policy, "ELBSecurityPolicy-TLS13")
    error_message = "TLS 1.2 at least"
  }
}

run "rates_on_handshakes_and_polls" {
  command = apply

  assert {
    condition = alltrue([
      for name in ["handshakes", "polls", "all"] : anytrue([
        for rule in aws_wafv2_web_acl.this.rule :
        length(rule.action[0].block) == 1 && rule.statement[0].rate_based_statement[0].limit == var.rate_limits[name] if rule.name == name
      ])
    ])
    error_message = "handshakes, polls and everything have a limit that blocks"
  }

  assert {
    condition = alltrue([
      for path in ["/realtime", "/ws/"] : anytrue([
        for rule in aws_wafv2_web_acl.this.rule : contains(
          [for s in rule.statement[0].rate_based_statement[0].scope_down_statement[0].or_statement[0].statement : s.byte_match_statement[0].search_string], path
        ) if rule.name == "handshakes"
      ])
    ])
    error_message = "every handshake counts"
  }

  assert {
    condition = alltrue([
      for path in ["/events", "/socket.io"] : anytrue([
        for rule in aws_wafv2_web_acl.this.rule : contains(
          [for s in rule.statement[0].rate_based_statement[0].scope_down_statement[0].or_statement[0].statement : s.byte_match_statement[0].search_string], path
        ) if rule.name == "polls"
      ])
    ])
    error_message = "every poll counts as one"
  }

  assert {
    condition = !anytrue([
      for rule in aws_wafv2_web_acl.this.rule : contains(
        [for s in rule.statement[0].rate_based_statement[0].scope_down_statement[0].or_statement[0].statement : s.byte_match_statement[0].search_string], "/socket.io"
      ) if rule.name == "handshakes"
    ])
    error_message = "no poll of Engine.IO counts as a handshake"
  }

  assert {
    condition     = var.rate_limits.polls > 100 * 300
    error_message = "an office of a hundred pollers with an event a second is let in"
  }

  assert {
    condition     = aws_wafv2_web_acl_association.this.resource_arn == aws_lb.this.arn
    error_message = "the firewall stands before the balancer"
  }
}

run "limit_above_all_is_refused" {
  command = plan

  variables {
    rate_limits = { handshakes = 50000, polls = 100, all = 40000 }
  }

  expect_failures = [var.rate_limits]
}

run "the_inside_is_closed" {
  command = apply

  assert {
    condition = alltrue([
      for path in ["/prometheus", "/peer/*"] : contains(one(one(aws_lb_listener_rule.closed.condition).path_pattern).values, path)
    ]) && one(aws_lb_listener_rule.closed.action).type == "fixed-response"
    error_message = "metrics and the nodes' own paths are not for the outside"
  }
}

run "opening_the_inside_is_refused" {
  command = plan

  variables {
    closed_paths = ["/prometheus"]
  }

  expect_failures = [var.closed_paths]
}

run "no_token_in_a_log" {
  command = apply

  assert {
    condition     = length(aws_lb.this.access_logs) == 0
    error_message = "access logs hold addresses, and those may hold tokens"
  }

  assert {
    condition = anytrue([for f in aws_wafv2_web_acl_logging_configuration.this.redacted_fields : length(f.query_string) == 1]) && anytrue([
      for f in aws_wafv2_web_acl_logging_configuration.this.redacted_fields : try(f.single_header[0].name, "") == "authorization"
    ])
    error_message = "query and Authorization are cut out of the firewall's log"
  }

  assert {
    condition     = alltrue([for v in concat([for r in aws_wafv2_web_acl.this.rule : r.visibility_config[0]], [aws_wafv2_web_acl.this.visibility_config[0]]) : !v.sampled_requests_enabled])
    error_message = "no samples of whole requests"
  }
}

run "production_without_deletion_protection_is_refused" {
  command = plan

  variables {
    deletion_protection = false
  }

  expect_failures = [var.deletion_protection]
}

run "the_logs_are_private" {
  command = apply

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.logs.block_public_acls,
      aws_s3_bucket_public_access_block.logs.block_public_policy,
      aws_s3_bucket_public_access_block.logs.ignore_public_acls,
      aws_s3_bucket_public_access_block.logs.restrict_public_buckets,
    ])
    error_message = "nothing of the logs can be made public"
  }
}
