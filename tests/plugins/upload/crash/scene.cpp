// tests/plugins/upload/crash/scene.cpp
#include "scene.h"

#include <algorithm>
#include <sstream>

#include "berth/errors.h"
#include "crash_states.h"
#include "require.h"
#include "upload/part_state.h"

namespace berth::test {
namespace {

constexpr mode_t kMode = 0640;
constexpr std::string_view kWorkspace = ".berth-upload";

}  // namespace

const PluginUnderTest& uploadPlugin() {
    static const PluginUnderTest plugin("upload");
    return plugin;
}

Values settingsFor(const std::filesystem::path& folder, const Values& settings) {
    Values values{{"directory", folder.string()}, {"min_free_space", "0"}};
    values.insert(values.end(), settings.begin(), settings.end());
    return values;
}

std::string outcomesOf(const std::string& replies) {
    std::string all;
    std::istringstream lines(replies);
    for (std::string line; std::getline(lines, line);) {
        if (!all.empty()) all += ", ";
        all += ReplyObject(line).outcome();
    }
    return all;
}

Scene::Scene(const FolderImage& image, Values settings) : settings_(std::move(settings)) {
    makeImage(image, path());
    recorder_.emplace(path(), readImage(path()), kThisBoot);
    Promises begin;
    for (const auto& [name, item] : image) {
        if (item.content && !name.starts_with(kWorkspace)) begin.published[name] = 0;
        if (!item.content || !name.starts_with(kStates)) continue;
        const auto state = upload::parseState(item.content->bytes);
        if (state) begin.stored[name.substr(kStates.size())] = state->safe;
    }
    promise(0, begin);
}

Scene::~Scene() {
    service_.reset();
    second_.reset();
}

PluginUnderTest::ServicePtr Scene::make() {
    return uploadPlugin().create("upload", settingsFor(path(), settings_), context_);
}

void Scene::start() {
    recorder_->revive();
    service_ = make();
}

void Scene::startSecond() {
    second_ = make();
}

void Scene::stop() {
    service_->stop();
    service_.reset();
    recorder_->with([this](DiskHistory& history) {
        auto promises = timeline_.back().second;
        const auto parts = history.find(".berth-upload/parts");
        for (const auto& [name, bindings] : history.node(parts).names) {
            if (bindings.back().node == 0) continue;
            const auto& file = history.node(bindings.back().node);
            promises.stored[name] = file.versions.back().content->bytes.size();
        }
        history.happened("the service has stopped");
        promise(history.now(), promises);
    });
}

void Scene::crash() {
    service_.reset();
}

std::string Scene::file(const std::string& name, std::string bytes) {
    sent_[name].push_back({bytes});
    return bytes;
}

std::string Scene::refusedFile(const std::string& name, std::string bytes, std::string digest) {
    sent_[name].push_back({bytes, true, std::move(digest)});
    return bytes;
}

void Scene::appear(const std::string& name, const std::string& bytes) {
    const auto file = folder_.write("other", bytes);
    std::filesystem::permissions(file, static_cast<std::filesystem::perms>(kMode));
    recorder_->with([&](DiskHistory& history) {
        std::filesystem::rename(file, path() / name);
        history.appear(name, bytes, kMode);
    });
}

void Scene::givesUp(const std::string& name) {
    recorder_->with([&](DiskHistory& history) {
        auto promises = timeline_.back().second;
        promises.stored.erase(name);
        promise(history.now(), promises);
    });
}

void Scene::promise(std::size_t time, Promises promises) {
    if (timeline_.empty() || promises != timeline_.back().second) {
        timeline_.emplace_back(time, std::move(promises));
    }
}

RecordedConnection::Answered Scene::answered() {
    return [this](std::string_view bytes) {
        const ReplyObject reply{std::string(bytes)};
        recorder_->with([&](DiskHistory& history) {
            history.happened("answer " + std::string(bytes.substr(0, bytes.find('\n'))));
            note(history, reply);
        });
    };
}

// A published file is told of by its 201 and by a stat.
void Scene::note(const DiskHistory& history, const ReplyObject& reply) {
    const bool isStat = reply.has("complete") && reply.flag("complete");
    if (reply.outcome() != "201" && !isStat) return;
    const auto name = reply.text("filename");
    const auto& bindings = history.node(DiskHistory::kRoot).names.at(name);
    auto promises = timeline_.back().second;
    promises.stored.erase(name);
    for (const auto& binding : bindings) {
        if (binding.node == 0) continue;
        const auto& content = history.node(binding.node).versions.back().content->bytes;
        if (!isStat && sha256Of(content) != reply.text("sha256")) continue;
        promises.published[name] = std::max(promises.published[name], binding.time);
    }
    promise(history.now(), promises);
}

std::string Scene::talk(Service& service, const std::vector<std::string>& pieces) {
    RecordedConnection connection(answered());
    for (const auto& piece : pieces) connection.client().send(piece);
    connection.client().finishSending();
    try {
        service.handle(connection);
    } catch (const Killed&) {
        return "killed";
    }
    return outcomesOf(connection.client().received());
}

bool Scene::finish() {
    service_.reset();
    second_.reset();
    recorder_->with([this](DiskHistory& history) { history_ = history; });
    recorder_.reset();
    const auto recorded = CrashStates(*history_, Detail::Fine).afterKill(history_->now());
    const auto there = withBoot(readImage(path()), upload::currentBoot(), kThisBoot);
    return hashOf(recorded) == hashOf(there);
}

SceneClient::SceneClient(Scene& scene)
    : connection_(scene.answered()), handler_(std::async(std::launch::async, [this, &scene] {
          try {
              scene.service().handle(connection_);
          } catch (const ConnectionLost&) {
              // What a client that vanishes does.
          }
      })) {}

SceneClient::~SceneClient() {
    if (!handler_.valid()) return;
    vanish();
    handler_.wait();
}

void SceneClient::expect(const std::string& outcomes) {
    const auto received = [this] { return outcomesOf(connection_.client().received()); };
    require(waitUntil([&] { return received() == outcomes; }),
            "expected " + outcomes + ", got " + received());
}

void SceneClient::sendUntil(std::string_view bytes, const std::filesystem::path& part,
                            std::uint64_t stored) {
    send(bytes);
    const auto there = waitUntil([&] {
        std::error_code missing;
        return std::filesystem::file_size(part, missing) == stored && !missing;
    });
    require(there, "the part does not grow");
}

}  // namespace berth::test
