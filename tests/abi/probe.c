/* Names every type of the interface, so that libabigail finds them all behind one library. */
#include <v1e/ext/lanes.h>
#include <v1e/ext/lgn_rates.h>
#include <v1e/plugin.h>

V1E_EXPORT const v1e_module *probe_module(const v1e_module *module, const v1e_plugin *plugin);
V1E_EXPORT void probe_tables(const v1e_stimulus_api *stimulus, const v1e_analysis_api *analysis,
                             const v1e_backend_api *backend);
V1E_EXPORT void probe_services(const v1e_host *host, const v1e_progress *progress,
                               const v1e_parallel *parallel, const v1e_rng *rng,
                               const v1e_memory *memory, const v1e_arrays *arrays);
V1E_EXPORT void probe_parts(const v1e_rates *rates, const v1e_marker *marker,
                            const v1e_strip *strip, const v1e_selection *selection,
                            v1e_entry_fn entry);
V1E_EXPORT void probe_extensions(const v1e_lanes *lanes, const v1e_lgn_rates *lgn_rates);

const v1e_module *probe_module(const v1e_module *module, const v1e_plugin *plugin) {
  (void)plugin;
  return module;
}
void probe_tables(const v1e_stimulus_api *stimulus, const v1e_analysis_api *analysis,
                  const v1e_backend_api *backend) {
  (void)stimulus, (void)analysis, (void)backend;
}
void probe_services(const v1e_host *host, const v1e_progress *progress,
                    const v1e_parallel *parallel, const v1e_rng *rng, const v1e_memory *memory,
                    const v1e_arrays *arrays) {
  (void)host, (void)progress, (void)parallel, (void)rng, (void)memory, (void)arrays;
}
void probe_parts(const v1e_rates *rates, const v1e_marker *marker, const v1e_strip *strip,
                 const v1e_selection *selection, v1e_entry_fn entry) {
  (void)rates, (void)marker, (void)strip, (void)selection, (void)entry;
}
void probe_extensions(const v1e_lanes *lanes, const v1e_lgn_rates *lgn_rates) {
  (void)lanes, (void)lgn_rates;
}
