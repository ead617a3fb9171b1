/// What everything else talks about: channels, events, positions, cursors. Values; imports nothing.
@NullMarked
package io.carillon.channel;

import org.jspecify.annotations.NullMarked;
