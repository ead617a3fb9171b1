package io.carillon.aws;

import io.carillon.database.Login;
import io.carillon.database.Logins;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;

import jakarta.inject.Singleton;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.services.rds.RdsUtilities;
import software.amazon.awssdk.services.rds.model.GenerateAuthenticationTokenRequest;

import java.sql.SQLException;

/// Logins without a password: a token is computed for each connection, from the task's own
/// credentials, and is good for a quarter of an hour to connect with. Nothing is stored and nothing
/// is asked over the network but, now and then, the task's credentials.
///
/// The user names stay as configured; both logins need `rds_iam` in Postgres and `rds-db:connect`
/// in IAM. Immutable, safe for all threads.
@Singleton
@Requires(property = "carillon.aws.iam-login.enabled", value = "true")
final class IamLogins implements Logins {
    private static final int POSTGRES_PORT = 5432;

    private final AwsCredentialsProvider credentials;
    private final AwsRegionProvider region;

    IamLogins(
            IamLoginSettings settings,
            SecretSettings secrets,
            AwsCredentialsProvider credentials,
            AwsRegionProvider region) {
        if (settings.enabled() && !secrets.databaseLogin().isEmpty()) {
            throw new ConfigurationException(
                    "two ways to log in: remove carillon.aws.iam-login.enabled or"
                            + " carillon.aws.secrets.database-login");
        }
        this.credentials = credentials;
        this.region = region;
    }

    @Override
    public Login working(Login configured, String hosts) throws SQLException {
        return tokenFor(configured, hosts);
    }

    @Override
    public Login owner(Login configured, String hosts) throws SQLException {
        return tokenFor(configured, hosts);
    }

    private Login tokenFor(Login configured, String hosts) throws SQLException {
        var first = hosts.split(",", 2)[0];
        var colon = first.lastIndexOf(':');
        var request =
                GenerateAuthenticationTokenRequest.builder()
                        .hostname(colon < 0 ? first : first.substring(0, colon))
                        .port(
                                colon < 0
                                        ? POSTGRES_PORT
                                        : Integer.parseInt(first.substring(colon + 1)))
                        .username(configured.user())
                        .credentialsProvider(credentials)
                        .region(region.getRegion())
                        .build();
        try {
            return new Login(
                    configured.user(),
                    RdsUtilities.builder().build().generateAuthenticationToken(request));
        } catch (SdkException failed) {
            throw new SQLException(
                    "no token for login "
                            + configured.user()
                            + " can be made: "
                            + failed.getMessage(),
                    "08001",
                    failed);
        }
    }
}
