// tests/plugins/upload/crash/state_check.cpp
#include "state_check.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "require.h"
#include "upload/part_state.h"

namespace berth::test {
namespace {

constexpr std::size_t kRoom = 10;
const std::string kProbe = "room";

std::string goingOnAt(std::uint64_t bytes) {
    return R"(,"offset":)" + std::to_string(bytes) + kAck;
}

}  // namespace

StateCheck::StateCheck(const Scene& scene, FolderImage image, const Promises& promises, Crash crash,
                       const std::filesystem::path& folder)
    : scene_(scene),
      image_(crash == Crash::PowerLost
                 ? std::move(image)
                 : withBoot(std::move(image), kThisBoot, upload::currentBoot())),
      promises_(promises),
      crash_(crash),
      folder_(folder) {}

void StateCheck::run() {
    makeImage(image_, folder_);
    start();
    checkPublished();
    checkUnfinished();
    checkQuota();
    start();
    if (crash_ == Crash::PowerLost) checkBrokenPuts();
    for (const auto& [name, sent] : scene_.sent()) complete(name);
    checkLeftovers();
    checkPublished();
    service_->stop();
    checkLog();
}

void StateCheck::runLater() {
    makeImage(image_, folder_);
    const auto before = std::filesystem::file_time_type::clock::now() - std::chrono::hours(48);
    for (const auto& [name, item] : image_) {
        if (item.content) std::filesystem::last_write_time(folder_ / name, before);
    }
    start();
    checkPublished();
    for (const auto* folder : {"parts", "states"}) {
        require(namesIn(std::string(".berth-upload/") + folder).empty(), "what expired is there");
    }
    checkLog();
}

void StateCheck::checkLog() const {
    for (const auto& line : context_.logLines()) {
        require(line.starts_with("information"), "the log complains: " + line);
    }
}

void StateCheck::start(const Values& more) {
    auto values = settingsFor(folder_, scene_.settings());
    for (const auto& value : more) {
        std::erase_if(values, [&](const auto& old) { return old.first == value.first; });
        values.push_back(value);
    }
    service_.reset();
    service_ = uploadPlugin().create("upload", values, context_);
}

std::string StateCheck::talk(const std::vector<std::string>& pieces) const {
    testing::LoopbackConnection client;
    for (const auto& piece : pieces) client.send(piece);
    client.finishSending();
    service_->handle(client);
    return client.received();
}

ReplyObject StateCheck::stat(const std::string& name) const {
    ReplyObject reply(talk({statHeader(name)}));
    requireEqual("200", reply.outcome(), "stat of " + name);
    require(!reply.has("busy"), name + " is busy");
    return reply;
}

std::vector<std::string> StateCheck::namesIn(const std::string& folder) const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / folder)) {
        names.push_back(entry.path().filename().string());
    }
    return names;
}

void StateCheck::checkPublished() const {
    for (const auto& name : namesIn("")) {
        if (name != ".berth-upload") checkFile(name);
    }
    for (const auto& [name, since] : promises_.published) {
        require(std::filesystem::exists(folder_ / name), "the acknowledged " + name + " is lost");
    }
}

// Whole, right, and not older than what was acknowledged.
void StateCheck::checkFile(const std::string& name) const {
    const auto content = readFile(folder_ / name);
    const auto sent = scene_.sent().find(name);
    require(sent != scene_.sent().end(), "there is a file that nobody sent: " + name);
    require(
        std::ranges::any_of(
            sent->second, [&](const auto& file) { return !file.refused && file.bytes == content; }),
        name + " is visible and is not what was sent");
    const auto before = image_.find(name);
    if (before == image_.end() || before->second.content->bytes != content) return;
    require(before->second.mode == 0640, name + " has a wrong mode");
    checkPromises(name);
}

void StateCheck::checkPromises(const std::string& name) const {
    const auto promised = promises_.published.find(name);
    if (promised == promises_.published.end()) return;
    const auto& history = scene_.history();
    const auto& content = image_.at(name).content->bytes;
    for (const auto& binding : history.node(DiskHistory::kRoot).names.at(name)) {
        if (binding.node == 0 || binding.time < promised->second) continue;
        if (history.node(binding.node).versions.back().content->bytes == content) return;
    }
    throw std::runtime_error("an older " + name + " took the place of the acknowledged one");
}

void StateCheck::checkUnfinished() {
    for (const auto& [name, sent] : scene_.sent()) {
        const auto status = stat(name);
        if (!status.flag("complete") && status.has("file_size")) {
            const Unfinished unfinished{name, status.number("offset"), status.number("file_size")};
            static_cast<void>(beginningOf(unfinished));
            unfinished_.emplace(name, unfinished);
        }
        checkStored(name);
    }
    for (const auto* folder : {"parts", "states"}) {
        for (const auto& name : namesIn(std::string(".berth-upload/") + folder)) {
            require(unfinished_.contains(name) || isHidden(name),
                    "nobody can go on with what is left in " + std::string(folder) + "/" + name);
        }
    }
}

// Throws when what is stored is no beginning of a file that was sent.
const Sent& StateCheck::beginningOf(const Unfinished& unfinished) const {
    const auto& [name, stored, size] = unfinished;
    const auto part = readFile(folder_ / ".berth-upload/parts" / name);
    require(part.size() == stored, "the part of " + name + " is longer than stat tells");
    for (const auto& file : scene_.sent().at(name)) {
        if (file.bytes.size() == size && file.bytes.compare(0, stored, part) == 0) return file;
    }
    throw std::runtime_error("what is stored of " + name + " (" + std::to_string(stored) +
                             " bytes) is no beginning of what was sent");
}

// Whether a part of the name may be there that stat does not tell of: its file came, and the name
// was taken.
bool StateCheck::isHidden(const std::string& name) const {
    return crash_ == Crash::ProgramKilled && stat(name).flag("complete");
}

bool StateCheck::isFromThisBoot(const std::string& name) const {
    const auto state = image_.find(".berth-upload/states/" + name);
    if (state == image_.end()) return false;
    const auto parsed = upload::parseState(state->second.content->bytes);
    return parsed && upload::isOfThisBoot(*parsed);
}

// A file that was not there when the scene began.
bool StateCheck::isPublishedAnew(const std::string& name) const {
    const auto there = image_.find(name);
    if (there == image_.end()) return false;
    const auto& first = scene_.history().node(DiskHistory::kRoot).names.at(name).front();
    return first.node == 0 || scene_.history().node(first.node).versions.back().content->bytes !=
                                  there->second.content->bytes;
}

void StateCheck::checkStored(const std::string& name) const {
    const auto unfinished = unfinished_.find(name);
    const auto offered = unfinished == unfinished_.end() ? 0 : unfinished->second.offset;
    const bool published = isPublishedAnew(name);
    const auto promised = promises_.stored.find(name);
    if (promised != promises_.stored.end() && !published) {
        require(offered >= promised->second, "of " + name + " " + std::to_string(offered) +
                                                 " bytes are stored, and " +
                                                 std::to_string(promised->second) + " were kept");
    }
    const auto part = image_.find(".berth-upload/parts/" + name);
    if (crash_ == Crash::PowerLost || part == image_.end() || isHidden(name)) return;
    if (!isFromThisBoot(name)) return;
    require(offered == part->second.content->bytes.size(),
            "a killed program lost bytes of " + name);
}

// As many bytes fit as the limit leaves, counted by hand.
void StateCheck::checkQuota() {
    std::uint64_t used = 0;
    for (const auto& name : namesIn("")) {
        if (name != ".berth-upload") used += std::filesystem::file_size(folder_ / name);
    }
    for (const auto& name : namesIn(".berth-upload/parts")) {
        used += std::filesystem::file_size(folder_ / ".berth-upload/parts" / name);
    }
    start({{"max_total_size", std::to_string(used + kRoom)}});
    const auto put = [&](std::size_t size) {
        return outcomesOf(talk({putHeader(kProbe, size, kAck), std::string(size, 'x')}));
    };
    requireEqual("507 quota-exceeded", put(kRoom + 1), "a file over max_total_size");
    requireEqual("200, 201", put(kRoom), "a file that fits into max_total_size");
    std::filesystem::remove(folder_ / kProbe);
}

// Clients that begin to replace what is there change nothing.
void StateCheck::checkBrokenPuts() {
    for (const auto& [name, sent] : scene_.sent()) {
        if (unfinished_.contains(name)) continue;
        static_cast<void>(talk({putHeader(name, 100, kAck) + "abc"}));
    }
    checkPublished();
}

// A client goes on, or starts anew, until the file is there.
void StateCheck::complete(const std::string& name) {
    const auto unfinished = unfinished_.find(name);
    const bool goesOn = unfinished != unfinished_.end();
    if (!goesOn && stat(name).flag("complete")) return;
    const auto& all = scene_.sent().at(name);
    const auto good = std::ranges::find(all, false, &Sent::refused);
    require(goesOn || good != all.end(), "the scene has no good file " + name);
    const auto& file = goesOn ? beginningOf(unfinished->second) : *good;
    const auto at = goesOn ? unfinished->second.offset : 0;
    const auto size = file.bytes.size();
    const auto outcome =
        outcomesOf(talk({putHeader(name, size, (goesOn ? goingOnAt(at) : kAck) + file.digest),
                         file.bytes.substr(at)}));
    if (file.refused) return requireEqual("200, 422 checksum-mismatch", outcome, "a bad " + name);
    requireEqual("200, 201", outcome, "going on with " + name);
    require(readFile(folder_ / name) == file.bytes, name + " was completed to another file");
}

void StateCheck::checkLeftovers() const {
    for (const auto* folder : {"parts", "states"}) {
        for (const auto& name : namesIn(std::string(".berth-upload/") + folder)) {
            require(isHidden(name), "something is left over: " + std::string(folder) + "/" + name);
        }
    }
}

}  // namespace berth::test
