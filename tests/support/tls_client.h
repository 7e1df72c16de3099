// tests/support/tls_client.h - certificates, and a client that speaks TLS as OpenSSL does.
#pragma once

#include <openssl/ssl.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/tcp_client.h"
#include "support/temporary_folder.h"

namespace berth::test {

// A key and a certificate that signs itself, made by the openssl command.
class Certificate {
public:
    // `kind` is what `openssl req -newkey` takes.
    Certificate(const std::filesystem::path& folder, const std::string& name,
                const std::string& kind = "ec -pkeyopt ec_paramgen_curve:prime256v1")
        : key(folder / (name + ".key")), file(folder / (name + ".crt")) {
        const auto command = "openssl req -x509 -newkey " + kind +
                             " -nodes -days 2 -subj /CN=" + name + " -keyout '" + key.string() +
                             "' -out '" + file.string() + "' 2>/dev/null";
        if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl failed");
    }

    std::filesystem::path key;
    std::filesystem::path file;
};

// Over a TCP connection of its own; the server's certificate is not checked.
class TlsClient {
public:
    // `version` is TLS1_2_VERSION or TLS1_3_VERSION. Throws: std::runtime_error when the handshake
    // fails. With TLS 1.3 a server that refuses the client's certificate says so only afterwards.
    // `session` is what another client's session() returned: to be resumed.
    explicit TlsClient(std::uint16_t port, int version = TLS1_3_VERSION,
                       const Certificate* own = nullptr, SSL_SESSION* session = nullptr)
        : tcp_(port), context_(::SSL_CTX_new(::TLS_client_method()), ::SSL_CTX_free) {
        ::SSL_CTX_set_min_proto_version(context_.get(), version);
        ::SSL_CTX_set_max_proto_version(context_.get(), version);
        if (own != nullptr) {
            ::SSL_CTX_use_certificate_file(context_.get(), own->file.c_str(), SSL_FILETYPE_PEM);
            ::SSL_CTX_use_PrivateKey_file(context_.get(), own->key.c_str(), SSL_FILETYPE_PEM);
        }
        ssl_ = {::SSL_new(context_.get()), ::SSL_free};
        if (session != nullptr) ::SSL_set_session(ssl_.get(), session);
        ::SSL_set_fd(ssl_.get(), tcp_.socket().impl()->sockfd());
        if (::SSL_connect(ssl_.get()) != 1) throw std::runtime_error("no handshake");
    }

    void send(std::string_view bytes) {
        if (::SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) !=
            static_cast<int>(bytes.size())) {
            throw std::runtime_error("SSL_write");
        }
    }
    // Tells the server that no more follows, and goes on receiving.
    void finishSending() { ::SSL_shutdown(ssl_.get()); }
    // Fewer at the end of input or when the connection breaks.
    [[nodiscard]] std::string receiveExactly(std::size_t count) {
        std::string text(count, '\0');
        std::size_t filled = 0;
        while (filled < count) {
            const auto got =
                ::SSL_read(ssl_.get(), text.data() + filled, static_cast<int>(count - filled));
            if (got <= 0) break;
            filled += static_cast<std::size_t>(got);
        }
        text.resize(filled);
        return text;
    }
    // Whether the server has said in the protocol's own way that no more follows.
    [[nodiscard]] bool endedCleanly() const {
        return (::SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
    }
    // The common name of the server's certificate.
    [[nodiscard]] std::string serverName() const {
        const std::unique_ptr<X509, void (*)(X509*)> shown(::SSL_get1_peer_certificate(ssl_.get()),
                                                           ::X509_free);
        std::string name(64, '\0');
        const auto size = ::X509_NAME_get_text_by_NID(::X509_get_subject_name(shown.get()),
                                                      NID_commonName, name.data(), 64);
        name.resize(static_cast<std::size_t>(size));
        return name;
    }
    using Session = std::unique_ptr<SSL_SESSION, void (*)(SSL_SESSION*)>;
    // With TLS 1.3: as it is when something was received.
    [[nodiscard]] Session session() const {
        return {::SSL_get1_session(ssl_.get()), ::SSL_SESSION_free};
    }
    [[nodiscard]] bool resumed() const { return ::SSL_session_reused(ssl_.get()) == 1; }
    [[nodiscard]] TcpClient& tcp() noexcept { return tcp_; }

private:
    TcpClient tcp_;
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
    std::unique_ptr<SSL, void (*)(SSL*)> ssl_{nullptr, ::SSL_free};
};

}  // namespace berth::test
