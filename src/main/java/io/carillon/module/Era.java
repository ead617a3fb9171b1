package io.carillon.module;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A moment in this or the next century, see [Eras]: others are mistakes, and some no table can
/// hold.
@Documented
@Constraint(validatedBy = {})
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
public @interface Era {
    /// @return what to do
    String message() default "must be in this or the next century";

    /// @return of Jakarta Validation
    Class<?>[] groups() default {};

    /// @return of Jakarta Validation
    Class<? extends Payload>[] payload() default {};
}
