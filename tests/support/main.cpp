// tests/support/main.cpp - runs every registered CppUnit test, or those that the command line
// names.
//
// usage: NAME_test [PART]...    PART is any part of a name, such as ParserTest or keepsTheOrder
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/Test.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <span>
#include <string>

#include "support/guardian.h"

namespace {

// Returns how many tests it ran: the outermost ones whose names contain the part.
int runNamed(CppUnit::Test& test, const std::string& part, CppUnit::TestResult& controller) {
    if (test.getName().find(part) != std::string::npos) {
        test.run(&controller);
        return test.countTestCases();
    }
    int count = 0;
    for (int i = 0; i < test.getChildTestCount(); ++i) {
        count += runNamed(*test.getChildTestAt(i), part, controller);
    }
    return count;
}

}  // namespace

int main(int argc, char** argv) {
    if (const auto status = berth::test::guard()) return *status;
    std::signal(SIGPIPE, SIG_IGN);
    CppUnit::TestResult controller;
    CppUnit::TestResultCollector results;
    CppUnit::BriefTestProgressListener progress;
    controller.addListener(&results);
    controller.addListener(&progress);

    const std::unique_ptr<CppUnit::Test> all(
        CppUnit::TestFactoryRegistry::getRegistry().makeTest());
    const auto parts = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
    if (parts.empty()) all->run(&controller);
    for (const auto* part : parts) {
        if (runNamed(*all, part, controller) > 0) continue;
        std::cerr << "no test here has " << part << " in its name\n";
        return 64;
    }
    CppUnit::CompilerOutputter(&results, std::cerr).write();
    return results.wasSuccessful() && results.runTests() > 0 ? 0 : 1;
}
