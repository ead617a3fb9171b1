/// Who and where: principals, nodes. Values without behaviour; imports nothing.
@NullMarked
package io.carillon.identity;

import org.jspecify.annotations.NullMarked;
