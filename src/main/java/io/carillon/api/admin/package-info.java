/// Looking after an installation over HTTP: `GET /api/admin/…`.
///
/// **Way in.** Requests of administrators, who see their own tenant, and of operators, who see all
/// (see [io.carillon.auth.Overseers]). **Way out.** JSON, never stored by anybody.
///
/// **Decision.** What is asked often (metrics) is counted beforehand; what is asked seldom is
/// counted when it is asked, by each lane on its own loop. Answers are of this node, and say so.
///
/// **Tables owned.** None.
@NullMarked
package io.carillon.api.admin;

import org.jspecify.annotations.NullMarked;
