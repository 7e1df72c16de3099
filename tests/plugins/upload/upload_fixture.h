// tests/plugins/upload/upload_fixture.h - the built upload.so with a folder, and its clients.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/JSON/Object.h>

#include "berth/testing/loopback_connection.h"
#include "berth/testing/test_context.h"
#include "support/plugin_under_test.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

namespace berth::test {

// Bytes that look random and are the same for the same seed.
[[nodiscard]] std::string someBytes(std::size_t size, unsigned seed = 1);
[[nodiscard]] std::string sha256Of(std::string_view bytes);

// A member of the header that asks for the first reply.
inline const std::string kAck = R"(,"ack":true)";

// {"action":"put","filename":NAME,"file_size":SIZE EXTRA}, where EXTRA is such as `,"ack":true`.
[[nodiscard]] std::string putObject(std::string_view name, std::uint64_t size,
                                    std::string_view extra = {});
// The same, and the line end that belongs to it when there is something extra.
[[nodiscard]] std::string putHeader(std::string_view name, std::uint64_t size,
                                    std::string_view extra = {});
[[nodiscard]] std::string statHeader(std::string_view name);

// One reply: its members by name.
class ReplyObject {
public:
    explicit ReplyObject(const std::string& line);

    [[nodiscard]] bool has(const std::string& name) const;
    [[nodiscard]] std::uint64_t number(const std::string& name) const;
    [[nodiscard]] std::string text(const std::string& name) const;
    [[nodiscard]] bool flag(const std::string& name) const;
    // "200", or "409 exists" for a refusal.
    [[nodiscard]] std::string outcome() const;

private:
    Poco::JSON::Object::Ptr object_;
};

class UploadFixture {
public:
    explicit UploadFixture(const Values& settings = {}, const std::string& kind = "upload");

    // A new service on the same folder, as after a restart of the host. The old one is stopped.
    void restart(const Values& settings = {});
    // The old one vanishes without being stopped.
    void crash(const Values& settings = {});

    // Sends the pieces and the end of input, serves them here, and returns the replies.
    std::vector<ReplyObject> talk(const std::vector<std::string>& pieces);
    // The outcomes of talk(), one after the other: "200 201".
    [[nodiscard]] std::string outcomes(const std::vector<std::string>& pieces);

    // The published files, and nothing else of the folder.
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] std::string content(const std::string& name) const;
    [[nodiscard]] std::filesystem::path part(const std::string& name) const;

    [[nodiscard]] const TemporaryFolder& folder() const noexcept { return folder_; }
    [[nodiscard]] testing::TestContext& context() noexcept { return context_; }
    [[nodiscard]] Service& service() noexcept { return *service_; }
    [[nodiscard]] std::uint64_t counter(std::string_view name);

private:
    [[nodiscard]] PluginUnderTest::ServicePtr make(const Values& settings);

    TemporaryFolder folder_;
    testing::TestContext context_;
    std::string kind_;
    PluginUnderTest plugin_;
    PluginUnderTest::ServicePtr service_;
};

// A client whose handler runs on a thread of its own while the test acts.
class LiveClient {
public:
    explicit LiveClient(UploadFixture& fixture);
    LiveClient(const LiveClient&) = delete;
    LiveClient& operator=(const LiveClient&) = delete;
    ~LiveClient();

    void send(std::string_view bytes) { connection_.send(bytes); }
    void finishSending() { connection_.finishSending(); }
    // The next reply. Throws: std::runtime_error when none comes in time.
    [[nodiscard]] ReplyObject reply();
    // Sends, then resets once the part holds `stored` bytes.
    void vanishAfter(std::string_view bytes, const std::filesystem::path& part,
                     std::uint64_t stored);
    // Waits until the handler returned; false when it ended by an exception.
    [[nodiscard]] bool waitForEnd();
    [[nodiscard]] std::string received() const { return connection_.received(); }
    // Whether nothing more than was read already comes for so long.
    [[nodiscard]] bool staysSilentFor(std::chrono::milliseconds duration) const;

private:
    testing::LoopbackConnection connection_;
    std::size_t read_ = 0;
    std::future<bool> handler_;
};

}  // namespace berth::test
