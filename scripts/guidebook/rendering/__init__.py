"""From a Site to the files that readers receive, doing again only what has changed.

    store       finished work on the disk, found again by what it was made from
    world       what a page may ask for beside its own text, and what it did ask for
    stamp       what all pages depend on: tools, our own sources, the configuration, the environment
    renderer    MkDocs and its theme; imported only where a page has to be rendered
    pages       which pages can be taken from the store; the others on all cores
    finish      what needs all pages: headers, copies, feed, sitemap, search
    preview     a server that shows a page as soon as it is saved
"""
