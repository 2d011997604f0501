using Microsoft.Extensions.DependencyInjection;

namespace OpenTelemetry;

/// <summary>Collects what the providers of a host are made of; the SDK's extension methods on <see cref="IOpenTelemetryBuilder"/> do the work.</summary>
public sealed class OpenTelemetryBuilder : IOpenTelemetryBuilder
{
    internal OpenTelemetryBuilder(IServiceCollection services) => Services = services;

    public IServiceCollection Services { get; }
}
