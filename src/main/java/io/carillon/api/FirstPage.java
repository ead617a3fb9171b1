package io.carillon.api;

/// Which page `/` shows instead of the plain one. A bean of whatever room brings such a page;
/// without one, [PageController] says what runs here and where the documentation is.
///
/// @param resource an HTML file on the class path below `page/`
public record FirstPage(String resource) {}
