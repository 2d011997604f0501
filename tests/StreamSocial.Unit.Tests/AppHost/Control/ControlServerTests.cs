using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.AppHost.Control;
using StreamSocial.AppHost.Startup;
using StreamSocial.Hosting.Kafka;

namespace StreamSocial.Unit.Tests.AppHost.Control;

/// <summary>The control server with the options that are given to the AppHost.</summary>
public sealed class ControlServerTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.OK, "--Http:AllowedHosts=control.example")]
    public async Task Request_UnderAnotherHostsName_IsAnsweredIfTheAppHostAllowsIt(HttpStatusCode expected, params string[] args)
    {
        var (application, control) = Build(args);
        await using (application)
        {
            await control.StartAsync(application.Services.GetRequiredService<ControlTarget>(), Token);
            using var client = new HttpClient { BaseAddress = control.Address };
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/resources");
            request.Headers.Host = "control.example";

            using var answer = await client.SendAsync(request, Token);

            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Start_OptionOfItsApiIsWrong_SaysSo()
    {
        var (application, control) = Build("--Http:TrustedProxies=nowhere");
        await using (application)
        {
            var error = await Assert.ThrowsAsync<AppHostConfigurationException>(() => control.StartAsync(application.Services.GetRequiredService<ControlTarget>(), Token));
            Assert.StartsWith("Http:TrustedProxies has 'nowhere'; give networks such as 10.0.0.0/8.", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Its address would be one of the machine on which it is published.</summary>
    [Fact]
    public async Task Publish_ServicesThatAskIt_AreGivenNoAddress()
    {
        var builder = DistributedApplication.CreateBuilder(
            new DistributedApplicationOptions { Args = ["--operation", "publish", "--publisher", "manifest"], DisableDashboard = true });
        var service = builder.AddResource(new ProjectResource("autoscaler")).WithScaleEndpoint(builder.AddControlServer(AppHostOptions.From(builder.Configuration))).Resource;
        Assert.Empty(service.Annotations.OfType<EnvironmentCallbackAnnotation>());
        await using var application = builder.Build();
        Assert.DoesNotContain(application.Services.GetServices<IHostedService>(), hosted => hosted is ControlServerLifetime);
    }

    private static (DistributedApplication Application, ControlServer Control) Build(params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = ["--Kafka:Source=embedded", .. args], DisableDashboard = true });
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddKafkaCluster("kafka");
        var control = builder.AddControlServer(AppHostOptions.From(builder.Configuration));
        return (builder.Build(), control);
    }
}
