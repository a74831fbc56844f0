package dev.fermata.net.internal.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts whom another one trusts, and says of a certificate that this one refuses whose it is and who has signed it. The JDK
 * does not say, and the engine does not give a certificate away that was refused. From any thread.
 */
final class NamingTrustManager extends X509ExtendedTrustManager {
    /** How many alternative names are listed. Certificates of large sites have hundreds. */
    private static final int LISTED = 10;

    private final X509ExtendedTrustManager checking;

    NamingTrustManager(X509ExtendedTrustManager checking) {
        this.checking = checking;
    }

    private interface Check {
        void run() throws CertificateException;
    }

    private static void named(X509Certificate[] chain, Check check) throws CertificateException {
        try {
            check.run();
        } catch (CertificateException e) {
            throw chain.length == 0 ? e : new Refused(describe(chain[0]), e);
        }
    }

    /** Says which certificate was refused. Its message is for whoever uses the context without {@link TlsFailures}. */
    static final class Refused extends CertificateException {
        private static final long serialVersionUID = 1;

        /** Whose it is, who has signed it, and when it is valid. */
        final String description;

        private Refused(String description, CertificateException cause) {
            super(cause.getMessage() + " (" + description + ")", cause);
            this.description = description;
        }
    }

    private static String describe(X509Certificate certificate) {
        return "it is of " + certificate.getSubjectX500Principal() + ", for " + names(certificate) + ", signed by "
                + (certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())
                        ? "itself"
                        : certificate.getIssuerX500Principal())
                + ", valid from " + certificate.getNotBefore().toInstant() + " to "
                + certificate.getNotAfter().toInstant();
    }

    private static String names(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return "names that cannot be read";
        }
        if (names == null || names.isEmpty()) {
            return "no names";
        }
        // A list has the kind of name and the name, which is bytes for the kinds that no host has.
        String some = names.stream()
                .limit(LISTED)
                .map(name -> name.get(1) instanceof String text ? text : "another kind of name")
                .collect(Collectors.joining(", "));
        return names.size() > LISTED ? some + " and " + (names.size() - LISTED) + " others" : some;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        named(chain, () -> checking.checkServerTrusted(chain, authType, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        named(chain, () -> checking.checkClientTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        named(chain, () -> checking.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        named(chain, () -> checking.checkClientTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        named(chain, () -> checking.checkServerTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        named(chain, () -> checking.checkClientTrusted(chain, authType));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return checking.getAcceptedIssuers();
    }
}
