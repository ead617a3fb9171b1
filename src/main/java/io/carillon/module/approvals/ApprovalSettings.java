package io.carillon.module.approvals;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.util.List;

/// Who decides.
///
/// @param deciders roles that may approve and reject what others asked for, comma-separated, unless
///     an approval names one itself
@ConfigurationProperties("carillon.approvals")
public record ApprovalSettings(@Bindable(defaultValue = "approver,admin") List<String> deciders) {
    public ApprovalSettings {
        deciders = List.copyOf(deciders);
    }
}
