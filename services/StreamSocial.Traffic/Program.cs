using StreamSocial.Traffic;
using StreamSocial.ServiceDefaults;

return await ServiceRunner.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddTraffic();

    var app = builder.Build();
    app.MapDefaultEndpoints();
    return app;
});
