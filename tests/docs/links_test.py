# tests/docs/links_test.py - each relative link leads to a file, and its anchor to a heading.
import unittest

import markdown


def broken(page, link):
    """Why the link of the page leads nowhere, or None."""
    if "://" in link or link.startswith("mailto:"):
        return None
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return f"there is no {path}"
    if markdown.ROOT not in (target, *target.parents):
        return f"{path} is outside of the tree"
    if anchor and (target.suffix != ".md" or anchor not in markdown.anchors(target)):
        return f"{path or page.name} has no heading #{anchor}"
    return None


class LinksTest(unittest.TestCase):
    def test_each_link_leads_somewhere(self):
        problems, count = [], 0
        for page in markdown.pages():
            for link in markdown.links(page):
                count += 1
                if reason := broken(page, link):
                    problems.append(f"{page.relative_to(markdown.ROOT)}: {link}: {reason}")
        self.assertEqual([], problems)
        self.assertGreater(count, 30)

    def test_each_page_of_the_docs_is_reached_from_their_index(self):
        index = markdown.ROOT / "docs/README.md"
        reached, waiting = set(), [index]
        while waiting:
            page = waiting.pop()
            if page in reached:
                continue
            reached.add(page)
            for link in markdown.links(page):
                target = (page.parent / link.partition("#")[0]).resolve()
                if target.suffix == ".md" and target.is_file():
                    waiting.append(target)
        unreached = set(markdown.ROOT.glob("docs/**/*.md")) - reached
        self.assertEqual(set(), {str(page.relative_to(markdown.ROOT)) for page in unreached})

    def test_broken_links_are_found(self):
        page = markdown.ROOT / "README.md"
        self.assertIsNone(broken(page, "docs/configuration.md#host"))
        self.assertIsNotNone(broken(page, "docs/nothing.md"))
        self.assertIsNotNone(broken(page, "docs/configuration.md#nothing"))
        self.assertIsNotNone(broken(page, "../elsewhere.md"))
        self.assertIsNone(broken(page, "https://example.org/#x"))


if __name__ == "__main__":
    unittest.main()
