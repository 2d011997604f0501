using Microsoft.Extensions.Options;

namespace StreamSocial.Traffic;

/// <summary>The annotations of <see cref="TrafficOptions"/>, made into code at build time.</summary>
[OptionsValidator]
internal sealed partial class TrafficOptionsValidator : IValidateOptions<TrafficOptions>;
