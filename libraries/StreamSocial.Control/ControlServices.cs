using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace StreamSocial.Control;

/// <summary>Registers the client of the control plane in a service.</summary>
public static class ControlServices
{
    /// <summary>Adds <see cref="ControlClient"/> and <see cref="ControlOptions"/>, validated at start.</summary>
    /// <returns>The client's builder: a service that executes commands takes the default timeouts of HTTP clients away, since a restart takes as long as a handover.</returns>
    public static IHttpClientBuilder AddControlClient(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ControlOptions>, ControlOptionsValidator>());
        services.AddOptionsWithValidateOnStart<ControlOptions>().BindConfiguration(ControlOptions.SectionName);
        services.TryAddSingleton(TimeProvider.System);
        // The client bounds each call itself; a command may take longer than a read.
        return services.AddHttpClient<ControlClient>(http => http.Timeout = Timeout.InfiniteTimeSpan);
    }
}
