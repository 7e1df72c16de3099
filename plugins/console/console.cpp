// plugins/console/console.cpp - a banner, then commands and uploads on one connection.
#include "berth/drained.h"
#include "berth/export.h"
#include "console/settings.h"
#include "exec/runner.h"
#include "exec/session.h"
#include "upload/header_reader.h"
#include "upload/session.h"
#include "upload/uploads.h"

namespace {

using berth::console::Settings;

constexpr char kUploadBegins = '{';

// Threads: one object serves all clients at once; what belongs to one is in its sessions.
class Console final : public berth::Service {
public:
    Console(const Settings& settings, berth::Context& context)
        : context_(context),
          banner_(settings.banner.bytes),
          runner_(settings.commands(), context),
          uploads_(settings.uploads(), context) {}

    void handle(berth::Connection& client) override {
        client.writeText(banner_);
        berth::BufferedReader reader(client);
        berth::exec::Session commands(runner_, reader, berth::exec::Framing::Raw);
        berth::upload::Session uploads(uploads_, reader);
        auto patience = berth::kFirstRequestTime;
        while (!berth::drained(context_, reader, patience) && berth::upload::skipBlanks(reader)) {
            patience = {};
            const bool isUpload = reader.pending().front() == kUploadBegins;
            if (!(isUpload ? uploads.serveNext() : commands.serveNext())) return;
        }
    }

    void stop() override {
        runner_.reaper().collect();
        uploads_.store().settle();
    }

private:
    berth::Context& context_;
    const std::string banner_;
    berth::exec::Runner runner_;
    berth::upload::Uploads uploads_;
};

}  // namespace

BERTH_SERVICE("console", Console, Settings);
