// tests/plugins/upload/crash/scene.h - clients and services on one folder, all of it recorded.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "disk_recorder.h"
#include "plugins/upload/upload_fixture.h"
#include "promises.h"
#include "recorded_connection.h"

namespace berth::test {

// Stand in recorded and prepared states for the run of the machine that recorded, and the one
// before.
inline const std::string kThisBoot = "00000000-0000-0000-0000-000000000002";
inline const std::string kEarlierBoot = "00000000-0000-0000-0000-000000000001";

// The upload plugin of this build, opened once.
[[nodiscard]] const PluginUnderTest& uploadPlugin();
[[nodiscard]] Values settingsFor(const std::filesystem::path& folder, const Values& settings);

// A program that ends in the middle of a call; no plugin catches it.
struct Killed {};

class Scene {
public:
    // `settings` of every service that is started. What the image has is on disk.
    Scene(const FolderImage& image, Values settings);
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;
    ~Scene();

    void start();
    void stop();   // as the host does; what is unfinished is promised to stay
    void crash();  // the service vanishes
    // A second service on the folder, beside the first one.
    void startSecond();

    // Declares bytes that clients will send, and returns them.
    std::string file(const std::string& name, std::string bytes);
    std::string refusedFile(const std::string& name, std::string bytes, std::string digest);
    // Somebody else's file is there at once, and on disk.
    void appear(const std::string& name, const std::string& bytes);
    // The stored beginning of that file need not stay: a client starts over.
    void givesUp(const std::string& name);

    // Sends the pieces and the end of input; returns the outcomes, such as "200, 201".
    std::string talk(const std::vector<std::string>& pieces) { return talk(*service_, pieces); }
    std::string talkToSecond(const std::vector<std::string>& pieces) {
        return talk(*second_, pieces);
    }

    [[nodiscard]] DiskRecorder& recorder() noexcept { return *recorder_; }
    [[nodiscard]] Service& service() noexcept { return *service_; }
    [[nodiscard]] std::filesystem::path path() const { return folder_ / "folder"; }
    [[nodiscard]] std::filesystem::path part(std::string_view name) const {
        return path() / ".berth-upload" / "parts" / name;
    }
    [[nodiscard]] RecordedConnection::Answered answered();

    // The promises that hold after each event that changed them, in order.
    using Timeline = std::vector<std::pair<std::size_t, Promises>>;
    [[nodiscard]] const Timeline& timeline() const noexcept { return timeline_; }
    [[nodiscard]] const SentFiles& sent() const noexcept { return sent_; }
    [[nodiscard]] const Values& settings() const noexcept { return settings_; }
    [[nodiscard]] const DiskHistory& history() const noexcept { return *history_; }

    // Ends the recording. False when the folder is not what was recorded: a call was missed.
    [[nodiscard]] bool finish();

private:
    std::string talk(Service& service, const std::vector<std::string>& pieces);
    [[nodiscard]] PluginUnderTest::ServicePtr make();
    void note(const DiskHistory& history, const ReplyObject& reply);
    void promise(std::size_t time, Promises promises);

    TemporaryFolder folder_;
    const Values settings_;
    testing::TestContext context_;
    std::optional<DiskRecorder> recorder_;
    std::optional<DiskHistory> history_;
    PluginUnderTest::ServicePtr service_;
    PluginUnderTest::ServicePtr second_;
    SentFiles sent_;
    Timeline timeline_;
};

// A client of a scene whose handler runs on a thread of its own.
class SceneClient {
public:
    explicit SceneClient(Scene& scene);
    SceneClient(const SceneClient&) = delete;
    SceneClient& operator=(const SceneClient&) = delete;
    ~SceneClient();

    void send(std::string_view bytes) { connection_.client().send(bytes); }
    void finishSending() { connection_.client().finishSending(); }
    // Waits until the answers are these.
    void expect(const std::string& outcomes);
    // Sends, and waits until the part has so many bytes.
    void sendUntil(std::string_view bytes, const std::filesystem::path& part, std::uint64_t stored);
    void vanish() { connection_.client().reset(); }
    void waitForEnd() { handler_.wait(); }

private:
    RecordedConnection connection_;
    std::future<void> handler_;
};

// The outcomes of replies, a line each.
[[nodiscard]] std::string outcomesOf(const std::string& replies);

}  // namespace berth::test
