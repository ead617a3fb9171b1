package io.carillon.api;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;

/// The head of the OpenAPI document that the compiler makes from the controllers. Never
/// instantiated.
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Carillon",
                        version = "1",
                        license = @License(name = "Apache-2.0"),
                        description =
                                "REST of Carillon. Errors are application/problem+json with a code;"
                                        + " reads carry Carillon-Cursor, creates take"
                                        + " Idempotency-Key, edits If-Match."),
        security = @SecurityRequirement(name = "token"))
@SecurityScheme(
        name = "token",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        bearerFormat = "JWT")
final class RestDocument {
    private RestDocument() {}
}
