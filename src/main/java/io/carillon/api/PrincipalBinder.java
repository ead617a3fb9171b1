package io.carillon.api;

import io.carillon.auth.Admission;
import io.carillon.auth.BearerAuthentication;
import io.carillon.identity.Principal;
import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;

import jakarta.inject.Singleton;

import java.util.Optional;

/// Lets a controller's method take the request's [Principal] as a parameter.
@Singleton
final class PrincipalBinder implements TypedRequestArgumentBinder<Principal> {
    @Override
    public Argument<Principal> argumentType() {
        return Argument.of(Principal.class);
    }

    @Override
    public BindingResult<Principal> bind(
            ArgumentConversionContext<Principal> context, HttpRequest<?> request) {
        return () ->
                BearerAuthentication.admission(request) instanceof Admission.Valid(var principal)
                        ? Optional.of(principal)
                        : Optional.empty();
    }
}
