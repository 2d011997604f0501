using Aspire.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamSocial.AppHost.Control;
using StreamSocial.AppHost.Startup;
using StreamSocial.Hosting.Kafka;
using StreamSocial.Hosting.Kafka.Embedded;

namespace StreamSocial.ServiceDefaults.Tests.Contract;

/// <summary>The same of the AppHost's control server, before an application that has not started: nothing is scaled, and commands fail.</summary>
public sealed class ControlContractTests
{
    [Fact]
    public async Task Answers_ToGeneratedRequests_AreAsDocumented()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            DisableDashboard = true,
            Args = ["--Kafka:Source=external", $"--ConnectionStrings:kafka={cluster.BootstrapServers}"],
        });
        // That generators cannot be started is no news here.
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddKafkaCluster("kafka");
        // A name that the generated requests use.
        builder.AddExecutable("ann", "true", ".");
        var control = builder.AddControlServer(AppHostOptions.From(builder.Configuration));
        await using var application = builder.Build();
        await control.StartAsync(application.Services.GetRequiredService<ControlTarget>(), TestContext.Current.CancellationToken);

        using var client = new HttpClient { BaseAddress = control.Address };
        await ContractCheck.RunAsync(client, control.Token.Value);
    }
}
