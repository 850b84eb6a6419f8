"""Room 5: a definition and its executed sections become one document, and the document HTML, PDF, an e-mail and a card.

definition.load -> runs -> assemble.document (one notebook) -> assemble.normalise (one Document) -> html | pdf | email | card
"""
