package io.carillon.module;

import io.micronaut.core.annotation.AnnotationValue;
import io.micronaut.validation.validator.constraints.ConstraintValidator;
import io.micronaut.validation.validator.constraints.ConstraintValidatorContext;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// Which moments may be named by clients.
@Singleton
public final class Eras implements ConstraintValidator<Era, Instant> {
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    /// @param moment of a request
    /// @return whether it is in this or the next century
    public static boolean hold(Instant moment) {
        return !moment.isBefore(EARLIEST) && !moment.isAfter(LATEST);
    }

    @Override
    public boolean isValid(
            @Nullable Instant moment,
            AnnotationValue<Era> era,
            ConstraintValidatorContext context) {
        return moment == null || hold(moment);
    }
}
