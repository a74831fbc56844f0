package dev.fermata.net.internal.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fermata.net.internal.Failures;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** What can go wrong on one connection, with the peer's name and what to do. On the loop's thread. */
final class TlsFailures {
    /** How much of what a peer has sent that does not speak TLS is shown. */
    private static final int SHOWN = 40;

    /** What to do about the alerts of peers, by the names that the JDK gives them. */
    private static final Map<String, String> ALERTS = Map.ofEntries(
            Map.entry("unknown_ca", "The peer does not trust who has signed our certificate"),
            Map.entry("certificate_unknown", "The peer does not accept our certificate"),
            Map.entry("bad_certificate", "The peer does not accept our certificate, or wants one and got none"),
            Map.entry("certificate_expired", "Our certificate has expired"),
            Map.entry("certificate_required", "The peer wants a certificate of us: TlsOptions.identity"),
            Map.entry(
                    "handshake_failure",
                    "The two have no cipher suite in common, or the peer wants a certificate of us: TlsOptions.identity"),
            Map.entry("protocol_version", "The two have no version of TLS in common: TlsOptions.protocols"),
            Map.entry("unrecognized_name", "The peer has no certificate for that name: TlsOptions.serverName"),
            Map.entry(
                    "no_application_protocol",
                    "The two have no application protocol in common: TlsOptions.applicationProtocols"));

    private final SocketAddress address;
    private final @Nullable String host;
    private final boolean isClient;

    /** What was made here last, which needs no explanation again. */
    private @Nullable SSLException made;

    TlsFailures(SocketAddress address, @Nullable String host, boolean isClient) {
        this.address = address;
        this.host = host;
        this.isClient = isClient;
    }

    private String peer() {
        String name = Failures.name(address);
        return host == null || name.startsWith(host) ? name : host + " at " + name;
    }

    private SSLException made(String message, @Nullable Throwable cause) {
        SSLException failure = new SSLHandshakeException("The TLS handshake with " + peer() + " failed: " + message);
        failure.initCause(cause);
        made = failure;
        return failure;
    }

    // ---- in the handshake

    /** Explains what has ended the handshake. */
    SSLException inHandshake(IOException failure) {
        if (failure == made) {
            return made;
        }
        if (!(failure instanceof SSLException)) {
            return made(
                    "the connection broke: " + failure.getMessage() + ". Does the peer speak TLS at this port?",
                    failure);
        }
        return made(reason(failure), failure);
    }

    SSLException tooSlow(Duration limit, boolean isPeerTls, Throwable cause) {
        return made(
                "it took longer than " + limit.toMillis() / 1_000.0 + " s"
                        + (isPeerTls
                                ? ""
                                : ", and the peer has sent nothing. It may not speak TLS"
                                        + (isClient ? " at this port" : ""))
                        + ". TlsOptions.handshakeLimit sets another limit",
                cause);
    }

    SSLException endedInHandshake(boolean isPeerTls) {
        return made(
                "the peer ended the connection"
                        + (isPeerTls
                                ? ". It may not accept what was offered, and did not say so"
                                : " and had sent nothing. Does it speak TLS at this port?"),
                new EOFException("The stream has ended"));
    }

    /**
     * Refuses what is not TLS, because the engine's words for it are of no help.
     *
     * @param received one byte or more
     * @return true
     */
    boolean checkTls(ByteBuffer received) throws SSLException {
        int at = received.position();
        int type = received.get(at);
        boolean isRecord = type >= 20 && type <= 24 && (received.remaining() == 1 || received.get(at + 1) == 3);
        if (!isRecord) {
            throw made(
                    "the peer does not speak TLS. It sent " + shown(received)
                            + (isClient
                                    ? ". Connect to a port with TLS, or without TlsOptions"
                                    : ". It should connect with TLS, such as by https://"),
                    null);
        }
        return true;
    }

    private static String shown(ByteBuffer received) {
        byte[] first = new byte[Math.min(SHOWN, received.remaining())];
        received.duplicate().get(first);
        String text = new String(first, ISO_8859_1)
                .replace("\r", "\\r")
                .replace("\n", "\\n")
                .replaceAll("[^\\x20-\\x7e]", "?");
        return "\"" + text + (first.length < received.remaining() ? "…\"" : "\"");
    }

    private String reason(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        String whose =
                isClient ? "the certificate of " + (host == null ? "the server" : host) : "the client's certificate";
        String description = null;
        CertPathValidatorException check = null;
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String text = String.valueOf(each.getMessage());
            if (each instanceof NamingTrustManager.Refused refused) {
                description = refused.description;
            }
            if (each instanceof CertificateExpiredException || each instanceof CertificateNotYetValidException) {
                return notValidNow(whose, (CertificateException) each, check) + described(description);
            }
            if (each instanceof CertPathBuilderException
                    || (each instanceof CertificateException && text.startsWith("PKIX path building failed"))) {
                return whose + " is signed by nobody who is trusted here"
                        + (description != null
                                ? ": " + description
                                        + ". If you know it, give its authority, or itself, to TlsOptions.trusted"
                                : ". If you know it, have your SSLContext trust its authority, or itself;"
                                        + " or use TlsOptions.trusted instead of a context");
            }
            if (each instanceof CertPathValidatorException failed) {
                check = failed;
                if (each.getCause() == null) {
                    return whose + " does not stand a check: " + message;
                }
            }
            if (each instanceof CertificateException && (text.contains("alternative") || text.startsWith("No name"))) {
                return whose + " is for another host: " + message
                        + ". Connect by a name that it has, or say which one it is to have: TlsOptions.serverName";
            }
        }
        return message + hint(message);
    }

    /**
     * Says which certificate of the chain has expired, or is too new, and what to do.
     *
     * @param check what has found it; null if that is unknown
     */
    private String notValidNow(String whose, CertificateException failure, @Nullable CertPathValidatorException check) {
        int index = check == null ? -1 : check.getIndex();
        X509Certificate certificate = check == null || check.getCertPath() == null || index < 0
                ? null
                : (X509Certificate) check.getCertPath().getCertificates().get(index);
        String which = certificate == null || index == 0
                ? whose
                : "the certificate of " + certificate.getSubjectX500Principal() + ", by which " + whose + " is signed,";
        boolean isExpired = failure instanceof CertificateExpiredException;
        String when = certificate == null
                ? ": " + failure.getMessage()
                : " " + (isExpired ? certificate.getNotAfter() : certificate.getNotBefore()).toInstant();
        return which
                + (isExpired
                        ? " expired" + (certificate == null ? "" : " on") + when + ". The "
                                + (isClient ? "server" : "client") + " needs a new one, unless the clock of this host"
                        : " is not valid before" + when + ". Wait until then, unless the clock of this host")
                + " is wrong, which says " + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String described(@Nullable String description) {
        return description == null ? "" : ". The certificate: " + description;
    }

    private String hint(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("fatal alert: ")) {
            String alert = lower.substring(lower.indexOf("fatal alert: ") + "fatal alert: ".length());
            String hint = ALERTS.get(alert.split("[^a-z_]", 2)[0]);
            return hint == null ? "" : ". " + hint;
        }
        if (!isClient && (lower.contains("cipher suites in common") || lower.contains("authentication scheme"))) {
            return ". Does this server have a certificate, and a key that fits? See TlsOptions.identity";
        }
        if (!isClient && lower.contains("empty client certificate chain")) {
            return ". The client has to send a certificate";
        }
        if (lower.contains("application layer protocol") || lower.contains("application protocol")) {
            return ". See TlsOptions.applicationProtocols";
        }
        return "";
    }

    // ---- after it

    /** Explains what has ended the connection after the handshake. */
    SSLException afterHandshake(SSLException failure) {
        if (failure == made) {
            return made;
        }
        String message = String.valueOf(failure.getMessage());
        return new SSLException("The TLS connection to " + peer() + " failed: " + message + hint(message), failure);
    }

    SSLException truncated() {
        return new SSLException(
                "The stream from " + peer() + " was truncated: the connection ended, but the peer has not said"
                        + " by TLS (close_notify) that this is the end. What came before may be incomplete");
    }

    SSLException renegotiation() {
        made = new SSLException("The TLS connection to " + peer()
                + " failed: the peer asked for a renegotiation, which is refused because it was often attacked");
        return made;
    }

    SSLException endedByPeer() {
        made = new SSLException("Nothing can be written to " + peer()
                + ": the peer has ended the connection, in TLS 1.2 both directions of it");
        return made;
    }

    SSLException outputEnded() {
        return new SSLException("Nothing can be written to " + peer() + ": the output was ended");
    }
}
