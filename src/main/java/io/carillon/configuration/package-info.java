/// How a setting is refused: in one line that names it, its environment variable and its range.
///
/// Every room has one small record of settings, made from `carillon.<room>.*` by Micronaut; its
/// constructor checks the ranges here. `src/docs/configuration.md` is made from the records.
@NullMarked
package io.carillon.configuration;

import org.jspecify.annotations.NullMarked;
