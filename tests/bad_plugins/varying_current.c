/* An [[input]] whose currents differ between trials, which it does not hide. */
#include <v1e_sdk/plugin.h>

static v1e_stimulus* const nobody = NULL;

static v1e_status create(const v1e_settings* settings, const v1e_stimulus_env* env,
                         v1e_stimulus** out, v1e_error* err) {
  (void)settings, (void)env, (void)err;
  *out = nobody;
  return V1E_OK;
}

static void destroy(v1e_stimulus* self) { (void)self; }

static v1e_status fill(v1e_stimulus* self, const v1e_window* window, v1e_drive* out,
                       v1e_error* err) {
  const uint32_t neuron = 0;
  const float amplitude_pa = 10.0f * (float)window->trial;
  const v1e_pulse pulse = {.struct_size = sizeof pulse,
                           .step_begin = 0,
                           .step_end = 10,
                           .neuron_count = 1,
                           .neurons = &neuron,
                           .amplitude_pa = &amplitude_pa};
  (void)self;
  return out->add_pulse(out->pulse_ctx, &pulse, err);
}

static const v1e_stimulus_api api = {.struct_size = sizeof(v1e_stimulus_api),
                                     .outputs = V1E_OUT_CURRENTS,
                                     .flags = V1E_STIM_PURE,
                                     .create = create,
                                     .destroy = destroy,
                                     .fill = fill};
V1E_C_MODULE("org.example.varying_current", "1.0.0", "BSD-3-Clause", .kind = V1E_KIND_STIMULUS,
             .name = "varying_current", .version = "1.0.0", .summary = "Grows with the trial",
             .api = &api)
