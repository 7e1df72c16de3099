// tests/plugins/upload/upload_fixture.cpp
#include "upload_fixture.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <span>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <Poco/JSON/Parser.h>

#include "berth/errors.h"
#include "upload/digest.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

std::vector<ReplyObject> repliesIn(const std::string& text) {
    std::vector<ReplyObject> replies;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) replies.emplace_back(line);
    return replies;
}

}  // namespace

std::string someBytes(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string bytes(size, '\0');
    std::ranges::generate(bytes, [&random] { return static_cast<char>(random() & 0xFFU); });
    // Files that begin with a newline have tests of their own.
    if (!bytes.empty() && (bytes.front() == '\n' || bytes.front() == '\r')) bytes.front() = 'x';
    return bytes;
}

std::string sha256Of(std::string_view bytes) {
    upload::Sha256 digest;
    digest.update(std::as_bytes(std::span(bytes)));
    return digest.finish();
}

std::string putHeader(std::string_view name, std::uint64_t size, std::string_view extra) {
    return putObject(name, size, extra) + (extra.empty() ? "" : "\n");
}

std::string putObject(std::string_view name, std::uint64_t size, std::string_view extra) {
    return R"({"action":"put","filename":")" + std::string(name) + R"(","file_size":)" +
           std::to_string(size) + std::string(extra) + "}";
}

std::string statHeader(std::string_view name) {
    return R"({"action":"stat","filename":")" + std::string(name) + R"("})";
}

ReplyObject::ReplyObject(const std::string& line)
    : object_(Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>()) {}

bool ReplyObject::has(const std::string& name) const {
    return object_->has(name);
}

std::uint64_t ReplyObject::number(const std::string& name) const {
    return object_->getValue<std::uint64_t>(name);
}

std::string ReplyObject::text(const std::string& name) const {
    return object_->getValue<std::string>(name);
}

bool ReplyObject::flag(const std::string& name) const {
    return object_->getValue<bool>(name);
}

std::string ReplyObject::outcome() const {
    const auto status = std::to_string(number("status"));
    return has("error") ? status + " " + text("error") : status;
}

UploadFixture::UploadFixture(const Values& settings, const std::string& kind)
    : kind_(kind), plugin_(kind), service_(make(settings)) {}

PluginUnderTest::ServicePtr UploadFixture::make(const Values& settings) {
    Values values{{"directory", folder_.path().string()}, {"min_free_space", "0"}};
    for (const auto& value : settings) {
        std::erase_if(values, [&](const auto& old) { return old.first == value.first; });
        values.push_back(value);
    }
    return plugin_.create(kind_, values, context_);
}

void UploadFixture::restart(const Values& settings) {
    service_->stop();
    crash(settings);
}

void UploadFixture::crash(const Values& settings) {
    service_.reset();
    service_ = make(settings);
}

std::vector<ReplyObject> UploadFixture::talk(const std::vector<std::string>& pieces) {
    testing::LoopbackConnection client;
    for (const auto& piece : pieces) client.send(piece);
    client.finishSending();
    service_->handle(client);
    return repliesIn(client.received());
}

std::string UploadFixture::outcomes(const std::vector<std::string>& pieces) {
    std::string all;
    for (const auto& reply : talk(pieces)) {
        if (!all.empty()) all += ", ";
        all += reply.outcome();
    }
    return all;
}

std::vector<std::string> UploadFixture::names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
        const auto name = entry.path().filename().string();
        if (name != ".berth-upload") names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
}

std::string UploadFixture::content(const std::string& name) const {
    return readFile(folder_ / name);
}

std::filesystem::path UploadFixture::part(const std::string& name) const {
    return folder_.path() / ".berth-upload" / "parts" / name;
}

std::uint64_t UploadFixture::counter(std::string_view name) {
    return context_.counter(name, "").value();
}

LiveClient::LiveClient(UploadFixture& fixture)
    : handler_(std::async(std::launch::async, [this, &fixture] {
          try {
              fixture.service().handle(connection_);
              return true;
          } catch (const ConnectionLost&) {
              return false;
          }
      })) {}

LiveClient::~LiveClient() {
    if (handler_.valid()) {
        connection_.reset();
        handler_.wait();
    }
}

ReplyObject LiveClient::reply() {
    std::string line;
    const auto complete = [&] {
        const auto text = connection_.received();
        const auto end = text.find('\n', read_);
        if (end == std::string::npos) return false;
        line = text.substr(read_, end - read_);
        read_ = end + 1;
        return true;
    };
    if (!waitUntil(complete)) throw std::runtime_error("no reply came");
    return ReplyObject(line);
}

void LiveClient::vanishAfter(std::string_view bytes, const std::filesystem::path& part,
                             std::uint64_t stored) {
    connection_.send(bytes);
    const bool there = waitUntil([&] {
        std::error_code missing;
        return std::filesystem::file_size(part, missing) == stored && !missing;
    });
    connection_.reset();
    handler_.wait();
    if (!there) throw std::runtime_error("the part did not grow as it should");
}

bool LiveClient::staysSilentFor(std::chrono::milliseconds duration) const {
    const auto end = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < end) {
        if (connection_.received().size() > read_) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

bool LiveClient::waitForEnd() {
    if (handler_.wait_for(kPatience) != std::future_status::ready) {
        throw std::runtime_error("the handler did not return");
    }
    return handler_.get();
}

}  // namespace berth::test
