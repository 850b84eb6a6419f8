"""Room 5: a definition and its executed sections become one document, and the document HTML, PDF and an e-mail.

definition.load -> runs -> assemble.document (one notebook) -> assemble.normalise (one Document) -> html | pdf | email
"""
