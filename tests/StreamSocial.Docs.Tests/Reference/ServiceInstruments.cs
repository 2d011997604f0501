using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamSocial.Streams.Reading;

namespace StreamSocial.Docs.Tests.Reference;

/// <summary>The instruments that a service creates.</summary>
internal static class ServiceInstruments
{
    /// <summary>The instruments that a service's classes of metrics create; nothing is measured, so no broker is asked.</summary>
    public static async Task<IReadOnlyList<Instrument>> ReadAsync(string service)
    {
        var builder = ServiceApps.Create(service);
        var metrics = builder.Services.Select(descriptor => descriptor.ServiceType)
            .Where(type => type.Namespace?.StartsWith("StreamSocial.", StringComparison.Ordinal) == true && type.Name.EndsWith("Metrics", StringComparison.Ordinal))
            .Distinct().ToArray();
        await using var app = builder.Build();
        var factory = app.Services.GetRequiredService<IMeterFactory>();
        var found = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                // Tests run at the same time: only the meters of this service count.
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name.StartsWith("StreamSocial", StringComparison.Ordinal))
                    found.Add(instrument);
            },
        };
        listener.Start();
        foreach (var type in metrics)
            app.Services.GetRequiredService(type);
        // The runtime creates its instruments when it starts, which it does before it connects to anything.
        if (app.Services.GetService<ITaskReader>() is IHostedService runtime)
            await runtime.StartAsync(TestContext.Current.CancellationToken);
        return found;
    }
}
