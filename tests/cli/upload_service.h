// tests/cli/upload_service.h - an upload service in memory, which can be told to misbehave.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cli/fake_server.h"

namespace berth::test {

// Threads: the service runs on the fake server's threads; every function may be called meanwhile.
class UploadService {
public:
    struct Faults {
        std::optional<std::uint64_t> cutAfter = {};     // bytes of content, once
        std::optional<std::uint64_t> refuseAfter = {};  // bytes of content, with 507
        bool flipLastByte = false;                      // store another byte than was sent
        bool loseConfirmation = false;                  // store, then cut the connection, once
        bool answerSlowly = false;                      // byte by byte
        std::string banner = {};
    };

    UploadService() = default;
    explicit UploadService(Faults faults) : faults_(std::move(faults)) {}

    [[nodiscard]] std::string address() const { return server_.address(); }
    [[nodiscard]] std::string file(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> requests() const;
    // The stored beginning of an unfinished file.
    void setPart(const std::string& name, std::string bytes, std::uint64_t fileSize);

private:
    struct Part {
        std::string bytes;
        std::uint64_t fileSize = 0;
    };

    void serve(FakeClient& client);
    void stat(FakeClient& client, const std::string& name);
    bool put(FakeClient& client, const std::string& header);
    bool receive(FakeClient& client, Part& part, const std::string& name);
    void answer(FakeClient& client, const std::string& json) const;
    void keep(const std::string& name, const Part& part);

    mutable std::mutex mutex_;
    Faults faults_;
    std::map<std::string, std::string> files_;
    std::map<std::string, Part> parts_;
    std::vector<std::string> requests_;
    FakeServer server_{[this](FakeClient& client) { serve(client); }};
};

}  // namespace berth::test
