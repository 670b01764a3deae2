! The frames of a stimulus in Fortran: a vertical white bar that crosses a gray screen.
subroutine fortran_bar_fill(rows, cols, first_step, steps, width, speed, pixels) bind(c)
  use, intrinsic :: iso_c_binding
  implicit none
  integer(c_int32_t), value :: rows, cols
  integer(c_int64_t), value :: first_step, steps
  real(c_double), value :: width  ! pixels
  real(c_double), value :: speed  ! pixels per ms
  real(c_float), intent(out) :: pixels(cols, rows, steps)  ! luminance, -1 to 1
  integer(c_int64_t) :: k, time_ms
  integer :: col
  real(c_double) :: left, middle

  pixels = 0.0
  do k = 1, steps
    time_ms = first_step + k - 1
    if (time_ms < 0) cycle  ! gray before the trial
    left = modulo(speed * real(time_ms, c_double), real(cols, c_double))
    do col = 1, cols
      middle = real(col, c_double) - 0.5d0
      if (middle >= left .and. middle < left + width) pixels(col, :, k) = 1.0
    end do
  end do
end subroutine fortran_bar_fill
