package io.carillon.api;

import io.carillon.auth.Admission;
import io.carillon.auth.BearerAuthentication;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;

import jakarta.inject.Singleton;

import java.util.Optional;

/// Lets a controller's method take the request's [Writer] as a parameter: tenant and user of the
/// token, the [Correlation] id, the client's `Carillon-Ref`.
@Singleton
public final class WriterBinder implements TypedRequestArgumentBinder<Writer> {
    @Override
    public Argument<Writer> argumentType() {
        return Argument.of(Writer.class);
    }

    @Override
    public BindingResult<Writer> bind(
            ArgumentConversionContext<Writer> context, HttpRequest<?> request) {
        return () ->
                BearerAuthentication.admission(request) instanceof Admission.Valid(var principal)
                        ? Optional.of(writer(principal, request))
                        : Optional.empty();
    }

    /// For those who come without a token, with a screen's key for example.
    ///
    /// @param principal in whose name
    /// @param request below `/api`
    /// @return the request's writer
    public static Writer writer(Principal principal, HttpRequest<?> request) {
        return Writer.of(principal)
                .correlatedBy(Correlation.of(request))
                .tracedBy(Correlation.trace(request))
                .referredToAs(request.getHeaders().get(Correlation.REF));
    }
}
